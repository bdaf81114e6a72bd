# What inventories/prod makes for retail_network and retail, as Terraform's AWS provider has it.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = local.region
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  default_tags { tags = local.tags }
}

data "aws_caller_identity" "this" {}

locals {
  region  = "us-west-2"
  name    = "retail-prod"
  account = data.aws_caller_identity.this.account_id
  root    = "arn:aws:iam::${local.account}:root"
  bucket  = "backup-${local.name}-${local.account}"
  arns    = ["arn:aws:s3:::${local.bucket}", "arn:aws:s3:::${local.bucket}/*"]
  topic   = "arn:aws:sns:${local.region}:${local.account}:topic-${local.name}"
  logs    = "/aws/rds/instance/db-${local.name}/postgresql"
  tags = {
    Environment      = "Production", Project = "RetailInventory", CostCenter = "retail", ManagedBy = "Terraform"
    "pgfleet:system" = "retail", "pgfleet:suffix" = "prod"
  }
}

# Network

resource "aws_vpc" "this" {
  cidr_block           = "10.60.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = "vpc-${local.name}" }
}

resource "aws_subnet" "private" {
  for_each          = { a = "10.60.10.0/24", b = "10.60.20.0/24" }
  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value
  availability_zone = "${local.region}${each.key}"
  tags              = { Name = "subnet-private-${each.key}-${local.name}", "pgfleet:tier" = "private" }
}

resource "aws_route_table" "private" {
  for_each = aws_subnet.private
  vpc_id   = aws_vpc.this.id
  tags     = { Name = "route-table-private-${each.key}-${local.name}" }
}

resource "aws_route_table_association" "private" {
  for_each       = aws_subnet.private
  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[each.key].id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.this.id
  service_name    = "com.amazonaws.${local.region}.s3"
  route_table_ids = [for table in aws_route_table.private : table.id]
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], Resource = local.arns }]
  })
  tags = { Name = "endpoint-s3-${local.name}" }
}

resource "aws_security_group" "database" {
  name        = "database-${local.name}"
  description = "PostgreSQL of retail prod"
  vpc_id      = aws_vpc.this.id
  ingress {
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["10.60.0.0/16"]
    description = "PostgreSQL from 10.60.0.0/16"
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
  tags = { Name = "database-${local.name}" }
}

# Keys, roles and bucket

resource "aws_kms_key" "data" {
  description         = "Databases and backups of retail prod"
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "AccountAdministers", Effect = "Allow", Principal = { AWS = local.root }, Action = "kms:*", Resource = "*" },
      {
        Sid    = "RdsUses", Effect = "Allow", Principal = { Service = "rds.amazonaws.com" }, Resource = "*"
        Action = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
      },
      { Sid = "S3Uses", Effect = "Allow", Principal = { Service = "s3.amazonaws.com" }, Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = "*" },
    ]
  })
  tags = { Name = "alias/key-${local.name}" }
}

resource "aws_kms_alias" "data" {
  name          = "alias/key-${local.name}"
  target_key_id = aws_kms_key.data.key_id
}

resource "aws_kms_key" "topic" {
  description         = "Encrypts what topic-${local.name} tells"
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "AccountAdministers", Effect = "Allow", Principal = { AWS = local.root }, Action = "kms:*", Resource = "*" },
      {
        Sid       = "ServicesPublish", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey*"], Resource = "*"
        Principal = { Service = ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] }
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
  })
  tags = { Name = "alias/topic-${local.name}", "pgfleet:use" = "topic" }
}

resource "aws_kms_alias" "topic" {
  name          = "alias/topic-${local.name}"
  target_key_id = aws_kms_key.topic.key_id
}

resource "aws_iam_role" "monitoring" {
  name        = "role-monitoring-${local.name}"
  description = "Enhanced Monitoring of retail prod"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "monitoring.rds.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
  tags = { Name = "role-monitoring-${local.name}" }
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_iam_role" "backup" {
  name        = "role-backup-${local.name}"
  description = "Backups of retail prod"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "rds.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
  tags = { Name = "role-backup-${local.name}" }
}

resource "aws_iam_role_policy" "backup" {
  name = "backup"
  role = aws_iam_role.backup.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject"], Resource = local.arns },
      { Effect = "Allow", Action = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], Resource = aws_kms_key.data.arn },
    ]
  })
}

resource "aws_s3_bucket" "backup" {
  bucket = local.bucket
  tags   = { Name = local.bucket }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "backup" {
  bucket = aws_s3_bucket.backup.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "backup" {
  bucket = aws_s3_bucket.backup.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_public_access_block" "backup" {
  bucket                  = aws_s3_bucket.backup.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "backup" {
  bucket = aws_s3_bucket.backup.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DenyInsecureConnections", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = local.arns
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_bucket_lifecycle_configuration" "backup" {
  bucket = aws_s3_bucket.backup.id
  rule {
    id     = "DeleteOldVersions"
    status = "Enabled"
    filter { prefix = "" }
    noncurrent_version_expiration { noncurrent_days = 30 }
  }
  rule {
    id     = "TransitionToIA"
    status = "Enabled"
    filter { prefix = "" }
    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
  }
  rule {
    id     = "TransitionToGlacier"
    status = "Enabled"
    filter { prefix = "" }
    transition {
      days          = 90
      storage_class = "GLACIER"
    }
  }
}

# Database

resource "aws_db_subnet_group" "this" {
  name        = "subnet-group-${local.name}"
  description = "Private subnets of retail prod"
  subnet_ids  = [for subnet in aws_subnet.private : subnet.id]
  tags        = { Name = "subnet-group-${local.name}" }
}

resource "aws_db_parameter_group" "this" {
  name        = "parameter-group-${local.name}-postgres16"
  family      = "postgres16"
  description = "Parameters of retail prod"
  dynamic "parameter" {
    for_each = {
      log_statement = "all", log_min_duration_statement = "100", shared_preload_libraries = "pg_stat_statements", track_io_timing = "1"
    }
    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = parameter.key == "shared_preload_libraries" ? "pending-reboot" : "immediate"
    }
  }
  tags = { Name = "parameter-group-${local.name}-postgres16" }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.logs
  retention_in_days = 90
  tags              = { Name = local.logs }
}

resource "aws_db_instance" "this" {
  identifier                            = "db-${local.name}"
  engine                                = "postgres"
  engine_version                        = "16.13"
  instance_class                        = "db.t3.micro"
  allocated_storage                     = 20
  max_allocated_storage                 = 100
  storage_type                          = "gp3"
  storage_encrypted                     = true
  kms_key_id                            = aws_kms_key.data.arn
  username                              = "dbadmin"
  password                              = var.password
  multi_az                              = false
  publicly_accessible                   = false
  db_subnet_group_name                  = aws_db_subnet_group.this.name
  vpc_security_group_ids                = [aws_security_group.database.id]
  parameter_group_name                  = aws_db_parameter_group.this.name
  backup_retention_period               = 7
  backup_window                         = "03:00-04:00"
  maintenance_window                    = "sun:04:00-sun:05:00"
  performance_insights_enabled          = true
  performance_insights_retention_period = 7
  performance_insights_kms_key_id       = aws_kms_key.data.arn
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.monitoring.arn
  enabled_cloudwatch_logs_exports       = ["postgresql"]
  auto_minor_version_upgrade            = true
  copy_tags_to_snapshot                 = true
  skip_final_snapshot                   = true
  depends_on                            = [aws_cloudwatch_log_group.this]
  tags                                  = { Name = "db-${local.name}" }
}

variable "password" {
  type      = string
  sensitive = true
}

resource "aws_secretsmanager_secret" "this" {
  name        = "secret-${local.name}"
  description = "Master credentials of retail prod"
  tags        = { Name = "secret-${local.name}" }
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id = aws_secretsmanager_secret.this.id
  secret_string = jsonencode({
    username = "dbadmin", password = var.password, engine = "postgres", dbInstanceIdentifier = aws_db_instance.this.identifier
    host     = aws_db_instance.this.address, port = aws_db_instance.this.port
  })
}
