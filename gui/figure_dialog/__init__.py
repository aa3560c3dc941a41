"""The dialog that exports figures: styles, their options, and a preview of exactly what gets written."""
