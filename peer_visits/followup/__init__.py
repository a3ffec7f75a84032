"""What follows a visit: certificates of attendance, the survey, what people took home. Each part stands alone."""
