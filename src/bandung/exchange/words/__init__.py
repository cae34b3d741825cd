"""The words of the workbook in four languages: one table, because import must know them again."""
