"""EC2's credit modes: kept per instance, standard by default for T2, and changed by ModifyInstanceCreditSpecification."""

from moto.core.responses import ActionResult
from moto.ec2.responses.instances import InstanceResponse

MODES: dict[str, str] = {}

run_instances = InstanceResponse.run_instances


def run_instances_in_mode(self):
    result = run_instances(self)
    mode = self._get_param("CreditSpecification.CpuCredits") or "standard"
    for instance in result.result.instances:
        MODES[instance.id] = mode
    return result


def describe_instance_credit_specifications(self):
    """Without ids: those in unlimited mode alone."""
    ids = self._get_param("InstanceIds", [])
    shown = [
        instance
        for instance in self.ec2_backend.all_instances()
        if instance.instance_type.startswith("t") and instance._state.name != "terminated"
        if (instance.id in ids if ids else MODES.get(instance.id) == "unlimited")
    ]
    return ActionResult(
        {
            "InstanceCreditSpecifications": [
                {"InstanceId": instance.id, "CpuCredits": MODES.get(instance.id, "standard")} for instance in shown
            ]
        }
    )


def modify_instance_credit_specification(self):
    """What could not be changed comes back with status 200."""
    known = {instance.id for instance in self.ec2_backend.all_instances()}
    asked = self._get_param("InstanceCreditSpecifications", [])
    done = [each for each in asked if each["InstanceId"] in known]
    for each in done:
        MODES[each["InstanceId"]] = each["CpuCredits"]
    return ActionResult(
        {
            "SuccessfulInstanceCreditSpecifications": [{"InstanceId": each["InstanceId"]} for each in done],
            "UnsuccessfulInstanceCreditSpecifications": [
                {
                    "InstanceId": each["InstanceId"],
                    "Error": {"Code": "InvalidInstanceID.NotFound", "Message": "no such instance"},
                }
                for each in asked
                if each["InstanceId"] not in known
            ],
        }
    )


def get_default_credit_specification(self):
    family = self._get_param("InstanceFamily")
    mode = "standard" if family == "t2" else "unlimited"
    return ActionResult({"InstanceFamilyCreditSpecification": {"InstanceFamily": family, "CpuCredits": mode}})


InstanceResponse.run_instances = run_instances_in_mode
InstanceResponse.describe_instance_credit_specifications = describe_instance_credit_specifications
InstanceResponse.modify_instance_credit_specification = modify_instance_credit_specification
InstanceResponse.get_default_credit_specification = get_default_credit_specification
