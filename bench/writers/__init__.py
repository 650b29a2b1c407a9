"""Writers of file formats: what is printed (crawler.demo.printing.Printed) -> the bytes of a file.

Each module has `write(printed, *, seed=0) -> bytes`; the same arguments give a file that reads the same. They
use the programs and libraries that offices use, and know nothing of how the product reads.
"""
