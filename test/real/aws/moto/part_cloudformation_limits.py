"""CloudFormation DescribeAccountLimits."""

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult


def describe_account_limits(self):
    return ActionResult({"AccountLimits": [{"Name": "StackLimit", "Value": 2000}]})


CloudFormationResponse.describe_account_limits = describe_account_limits
