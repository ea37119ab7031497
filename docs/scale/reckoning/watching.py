"""What logs, metrics and traces come to."""

from scale.inputs import Inputs
from scale.reckoning.demand import Demand
from scale.reckoning.traffic import SECONDS
from scale.regions import REGIONS


def logs(inputs: Inputs, demand: Demand) -> dict[str, float]:
    """A line a request: bytes, and money in CloudWatch or as gzip in S3."""
    bytes_a_second = demand.world_mean * inputs["log_line"]
    gigabytes = bytes_a_second * SECONDS / 1e9
    kept = gigabytes * inputs["log_squeezed"] * inputs["log_days"] / 30
    return {
        "megabytes_a_second": bytes_a_second / 1e6,
        "terabytes_a_day": bytes_a_second * 86_400 / 1e12,
        "gigabytes": gigabytes,
        "cloudwatch": gigabytes * inputs["logs_gb"],
        "objects": kept * inputs["objects_gb"],
        "nat_gigabytes": gigabytes * inputs["log_squeezed"],
    }


def metrics(inputs: Inputs, fleets: dict[str, dict[str, float]]) -> dict[str, float]:
    """Series of all instances, and samples a second at Prometheus."""
    each = inputs["series"] + inputs["series_a_region"] * (len(REGIONS) - 1)
    whole = each * sum(fleet["instances"] for fleet in fleets.values())
    largest = each * max(fleet["instances"] for fleet in fleets.values())
    return {
        "series_an_instance": each,
        "series": whole,
        "series_of_largest": largest,
        "samples_a_second": whole / inputs["scrape"],
    }


def traces(inputs: Inputs, demand: Demand) -> dict[str, float]:
    """Spans at the share that is sampled."""
    spans = demand.world_mean * inputs["traced"] * inputs["spans"]
    return {"spans_a_second": spans, "gigabytes_a_day": spans * inputs["span_bytes"] * 86_400 / 1e9}
