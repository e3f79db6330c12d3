"""The scheduler process: what is done by itself, and when (schedule.py is the table)."""
