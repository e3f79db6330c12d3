"""The law as data: provisions, what a judgment founds, and the verdict on an applicant; pure, told the day."""
