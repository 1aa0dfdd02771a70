package io.gatun.marathon.state;

import java.util.List;

/** The app is being deployed; another change must wait or be forced. */
public final class AppLockedException extends RequestException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> deployments;

    public AppLockedException(List<String> deployments) {
        super(
                409,
                "App is locked by one or more deployments. Override with the option '?force=true'. "
                        + "View details at '/v2/deployments/<DEPLOYMENT_ID>'.");
        this.deployments = List.copyOf(deployments);
    }

    /** Ids of the deployments in the way. */
    public List<String> deployments() {
        return deployments;
    }
}
