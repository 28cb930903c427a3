import os

os.environ.setdefault("ENABLE_QUADRANTS_HEADER_PRINT", "False")  # its import would write a banner to stdout
