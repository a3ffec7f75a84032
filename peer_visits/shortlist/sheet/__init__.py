"""The selection sheet: everything that led to a visit's order, on one sheet, as workbook and as PDF."""
