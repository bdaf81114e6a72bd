-- What Amazon RDS has in every new PostgreSQL server, run once by the administrator.
-- https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.rds_superuser.html
CREATE ROLE rds_password;
CREATE ROLE rds_replication REPLICATION;
CREATE ROLE rds_iam;
CREATE ROLE rds_superuser;
GRANT pg_read_all_data, pg_write_all_data, pg_monitor, pg_signal_backend, rds_replication, rds_password
    TO rds_superuser WITH ADMIN OPTION;
GRANT pg_checkpoint TO rds_superuser WITH ADMIN OPTION;
GRANT SET ON PARAMETER log_statement, log_min_duration_statement, log_min_messages, log_duration, log_lock_waits,
    log_temp_files, log_error_verbosity, session_replication_role, track_io_timing, track_functions, temp_file_limit,
    deadlock_timeout, pg_stat_statements.track, auto_explain.log_min_duration, auto_explain.log_analyze
    TO rds_superuser;
CREATE DATABASE rdsadmin;
REVOKE ALL ON DATABASE rdsadmin FROM PUBLIC;
