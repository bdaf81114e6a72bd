resource "aws_sns_topic" "this" {
  name              = "topic-${local.name}"
  display_name      = "Database Alerts"
  kms_master_key_id = aws_kms_key.topic.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "AccountManages", Effect = "Allow", Principal = { AWS = local.root }, Resource = local.topic
        Action = [for what in ["AddPermission", "DeleteTopic", "GetTopicAttributes", "ListSubscriptionsByTopic", "Publish", "RemovePermission", "SetTopicAttributes", "Subscribe"] : "sns:${what}"]
      },
      {
        Sid = "AlarmsPublish", Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = "sns:Publish", Resource = local.topic
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account }
          ArnLike      = { "aws:SourceArn" = "arn:aws:cloudwatch:${local.region}:${local.account}:alarm:*" }
        }
      },
      {
        Sid = "RdsEventsPublish", Effect = "Allow", Principal = { Service = "events.rds.amazonaws.com" }, Action = "sns:Publish", Resource = local.topic
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account }
          ArnLike      = { "aws:SourceArn" = "arn:aws:rds:${local.region}:${local.account}:*" }
        }
      },
    ]
  })
  tags = { Name = "topic-${local.name}" }
}

resource "aws_sns_topic_subscription" "email" {
  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = "dba@retail.example.com"
}

resource "aws_db_event_subscription" "this" {
  name             = "events-${local.name}"
  sns_topic        = aws_sns_topic.this.arn
  source_type      = "db-instance"
  source_ids       = [aws_db_instance.this.identifier]
  event_categories = ["availability", "configuration change", "deletion", "failover", "failure", "low storage", "maintenance", "notification", "recovery"]
  tags             = { Name = "events-${local.name}" }
}

locals {
  log_metrics = {
    deadlocks = "\"]:ERROR:  deadlock detected\"", errors = "\"]:ERROR:\"", fatals = "\"]:FATAL:\"", panics = "\"]:PANIC:\""
  }
  # Description, metric, statistic, comparison, threshold, periods.
  alarms = {
    cpu                  = ["CPU above 80 %", "CPUUtilization", "Average", "Greater", 80, 2]
    connections          = ["More than 15 connections", "DatabaseConnections", "Average", "Greater", 15, 2]
    free-storage         = ["Less than 2 GiB of storage free", "FreeStorageSpace", "Average", "Less", 2147483648, 1]
    freeable-memory      = ["Less than 10 % of the memory free", "FreeableMemory", "Average", "Less", 107374182, 2]
    read-latency         = ["Reads take longer than 0.2 s", "ReadLatency", "Average", "Greater", 0.2, 2]
    write-latency        = ["Writes take longer than 0.2 s", "WriteLatency", "Average", "Greater", 0.2, 2]
    transaction-ids      = ["The oldest transaction id that is not frozen is more than 1000000000 old", "MaximumUsedTransactionIDs", "Maximum", "Greater", 1000000000, 1]
    transaction-logs     = ["More than 25 % of the storage holds write-ahead log", "TransactionLogsDiskUsage", "Average", "Greater", 5368709120, 2]
    replication-slot-lag = ["A replication slot is more than 5 GiB behind, and keeps the log that it has not read", "OldestReplicationSlotLag", "Maximum", "Greater", 5368709120, 2]
    disk-queue           = ["More than 64 reads and writes wait for the disk", "DiskQueueDepth", "Average", "Greater", 64, 3]
    swap                 = ["More than 256 MiB swapped out", "SwapUsage", "Average", "Greater", 268435456, 3]
    cpu-credits          = ["Fewer than 10 CPU credits left", "CPUCreditBalance", "Average", "Less", 10, 12]
    deadlocks            = ["More than 5 deadlocks in 5 minutes", "deadlocks-prod", "Sum", "Greater", 5, 1]
    errors               = ["More than 100 errors in 5 minutes", "errors-prod", "Sum", "Greater", 100, 1]
    fatals               = ["More than 20 sessions refused or ended in 5 minutes", "fatals-prod", "Sum", "Greater", 20, 1]
    panics               = ["More than 0 crashes of PostgreSQL in 5 minutes", "panics-prod", "Sum", "Greater", 0, 1]
  }
  unwell = ["cpu", "connections", "free-storage", "freeable-memory", "read-latency", "write-latency", "panics"]
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each       = local.log_metrics
  name           = "${each.key}-${local.name}"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = each.value
  metric_transformation {
    namespace     = "pgfleet/retail"
    name          = "${each.key}-prod"
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = local.alarms
  alarm_name          = "alarm-${each.key}-${local.name}"
  alarm_description   = each.value[0]
  namespace           = each.value[2] == "Sum" ? "pgfleet/retail" : "AWS/RDS"
  metric_name         = each.value[1]
  dimensions          = each.value[2] == "Sum" ? {} : { DBInstanceIdentifier = aws_db_instance.this.identifier }
  statistic           = each.value[2]
  period              = 300
  comparison_operator = "${each.value[3]}ThanThreshold"
  threshold           = each.value[4]
  evaluation_periods  = each.value[5]
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  tags                = { Name = "alarm-${each.key}-${local.name}" }
}

resource "aws_cloudwatch_composite_alarm" "unwell" {
  alarm_name        = "unwell-${local.name}"
  alarm_description = "The database retail prod is unwell: users feel it"
  alarm_rule        = join(" OR ", [for name in local.unwell : "ALARM(\"${aws_cloudwatch_metric_alarm.this[name].alarm_name}\")"])
  alarm_actions     = [aws_sns_topic.this.arn]
  ok_actions        = [aws_sns_topic.this.arn]
  tags              = { Name = "unwell-${local.name}" }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = "dashboard-${local.name}"
  dashboard_body = jsonencode({
    widgets = [for name, alarm in local.alarms : {
      type = "metric", width = 6, height = 6
      properties = {
        title   = name, region = local.region
        metrics = [alarm[2] == "Sum" ? ["pgfleet/retail", alarm[1]] : ["AWS/RDS", alarm[1], "DBInstanceIdentifier", "db-${local.name}"]]
      }
    }]
  })
}

locals {
  network_outputs = {
    vpc_id             = aws_vpc.this.id
    private_subnet_ids = [for subnet in aws_subnet.private : subnet.id]
    route_table_ids    = [for table in aws_route_table.private : table.id]
    s3_endpoint_id     = aws_vpc_endpoint.s3.id
    security_group_id  = aws_security_group.database.id
  }
  database_outputs = {
    kms_key_id               = aws_kms_key.data.key_id
    kms_key_arn              = aws_kms_key.data.arn
    kms_key_alias_name       = aws_kms_alias.data.name
    monitoring_role_arn      = aws_iam_role.monitoring.arn
    secret_arn               = aws_secretsmanager_secret.this.arn
    bucket_name              = local.bucket
    bucket_arn               = local.arns[0]
    backup_role_arn          = aws_iam_role.backup.arn
    vpc_id                   = aws_vpc.this.id
    subnet_ids               = [for subnet in aws_subnet.private : subnet.id]
    security_group_ids       = [aws_security_group.database.id]
    subnet_group             = aws_db_subnet_group.this.name
    parameter_group          = aws_db_parameter_group.this.name
    identifier               = aws_db_instance.this.identifier
    endpoint                 = aws_db_instance.this.address
    port                     = tostring(aws_db_instance.this.port)
    engine_version           = aws_db_instance.this.engine_version_actual
    topic_kms_key_arn        = aws_kms_key.topic.arn
    topic_arn                = local.topic
    event_subscription_names = [aws_db_event_subscription.this.name]
    alarm_names              = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name]
    unwell_alarm_name        = aws_cloudwatch_composite_alarm.unwell.alarm_name
    dashboard_name           = aws_cloudwatch_dashboard.this.dashboard_name
  }
  outputs = merge(
    { for name, value in local.network_outputs : "network/${name}" => value },
    { for name, value in local.database_outputs : "database/${name}" => value },
  )
}

resource "aws_ssm_parameter" "this" {
  for_each    = local.outputs
  name        = "/pgfleet/retail/prod/${each.key}"
  description = "${replace(basename(each.key), "_", " ")} of retail prod"
  type        = can(join(",", each.value)) ? "StringList" : "String"
  value       = try(join(",", each.value), each.value)
  tags        = { Name = "/pgfleet/retail/prod/${each.key}" }
}
