"""The door for licensing systems and provinces."""
