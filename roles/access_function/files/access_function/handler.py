# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry: ``access_function.handler.handle``.

What stands here is made once, when Lambda starts the function, and stays while it is warm.
"""

from __future__ import annotations

import os
import time
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.parameters import SecretsProvider, SSMProvider
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from access_function import events
from access_function.errors import AccessError
from access_function.operations import OPERATIONS
from access_function.sessions import Sessions
from access_function.settings import Settings

# A VPC without a way to AWS is noticed within the function's own time.
AWS = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})

logger = Logger()
sessions = Sessions(
    Settings(os.environ["DATABASE_PARAMETERS_PATH"], SSMProvider(boto_config=AWS), SecretsProvider(boto_config=AWS))
)


# Whatever the environment says, events are not logged: their values are nobody's business.
@logger.inject_lambda_context(log_event=False)
def handle(event: Any, _context: LambdaContext) -> dict[str, Any]:
    """The answer to an event: ``{"ok": true, "operation": …}`` or ``{"ok": false, "error": {"code": …}}``."""
    began = time.monotonic()
    try:
        request = events.validated(event)
        operation = request["operation"]
        answer = {"ok": True, "operation": operation, **OPERATIONS[operation](sessions, request)}
    except AccessError as error:
        logger.error(error.message, extra={"code": error.code, "field": error.field})
        return {"ok": False, "error": error.as_dict()}
    logger.info("done", extra={"operation": operation, "milliseconds": round((time.monotonic() - began) * 1000)})
    return answer
