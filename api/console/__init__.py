"""The console: the door for people, in their browsers."""
