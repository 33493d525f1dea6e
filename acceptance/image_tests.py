"""The CDK's own suite for connectors that are images; it chooses the suite by the language tag of metadata.yaml."""

import os
from pathlib import Path

from airbyte_cdk.test.standard_tests.util import create_connector_test_suite

TestImage = create_connector_test_suite(connector_directory=Path(os.environ["CONNECTOR_FOLDER"]))
