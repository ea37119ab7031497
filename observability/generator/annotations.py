"""What every alert carries beside its own words."""

# Where docs/runbooks/ can be read at night: whoever publishes the repository puts it here.
RUNBOOKS = "https://jubilee.example/docs/runbooks"


def annotations(alert: str, dashboard: str) -> dict[str, str]:
    """The links: the dashboard, with the alert's region chosen, and the runbook."""
    return {
        "dashboard": f"/d/{dashboard}?var-region={{{{ $labels.region }}}}",
        "runbook": f"{RUNBOOKS}/{alert}.md",
    }
