"""The public pages and the catalogue's edit forms: each view asks queries and shows the answer."""
