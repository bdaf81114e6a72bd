"""What the RDS API refuses: one function per rule, each with the page of the AWS documentation that says so."""
