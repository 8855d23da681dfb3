"""`python -m gezhi.cli VERB …`, the same as `gezhi VERB …`."""

import sys

from gezhi.cli.main import main

sys.exit(main())
