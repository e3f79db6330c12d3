"""PURE. Papers the register gives out: letters to licensing offices, a person's own record, the monthly report."""
