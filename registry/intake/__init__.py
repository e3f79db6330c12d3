"""Documents in: text and spreadsheets become values with their place."""
