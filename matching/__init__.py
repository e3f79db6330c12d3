"""Measures how alike an applicant and a listed person are; knows no bans, no storage and no clock."""
