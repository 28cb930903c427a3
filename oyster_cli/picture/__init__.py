import inspect
import os

os.environ.setdefault("ENABLE_QUADRANTS_HEADER_PRINT", "False")  # its import would write a banner to stdout
# Every kernel asks inspect in which module the frame stands that imports its own. None has that file, and so inspect looks
# through all modules each time: two thirds of a second. It looks here first.
inspect.modulesbyfile.setdefault("<frozen importlib._bootstrap>", "importlib._bootstrap")
