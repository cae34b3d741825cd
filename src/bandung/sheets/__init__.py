"""Uploaded spreadsheets become rows of plain values, read apart from everything else.

`reading.read` hands the bytes to a child process with little memory and little time; `numbers`,
`dates` and `text` read single cells strictly. Plain Python: no Django, no network, no clock, no
randomness. Nothing is imported here, because the child pays for every import on each upload.
"""
