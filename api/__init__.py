"""The doors: REST for systems, the console for people, the command line for operators."""
