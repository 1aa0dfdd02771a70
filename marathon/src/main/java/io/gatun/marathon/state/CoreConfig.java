package io.gatun.marathon.state;

/**
 * The numbers that the state machine goes by; times in milliseconds.
 *
 * @param versionsMax versions kept of each app
 * @param deploymentsMax deployments that may run at a time
 */
public record CoreConfig(
        String frameworkRole,
        int instancesPerOfferMax,
        long declineMs,
        long reviveIntervalMs,
        long launchTimeoutMs,
        long reconcileIntervalMs,
        int servicePortMin,
        int servicePortMax,
        int versionsMax,
        int deploymentsMax,
        String environmentPrefix) {}
