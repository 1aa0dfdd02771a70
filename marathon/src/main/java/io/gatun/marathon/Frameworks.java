package io.gatun.marathon;

import io.gatun.marathon.state.CoreConfig;
import io.gatun.mesos.v1.FrameworkInfo;

/** What the flags mean for the two that are told of them: the master and the state machine. */
final class Frameworks {
    private Frameworks() {}

    /**
     * The framework without its id.
     *
     * @param self {@code host:port} of the API
     */
    @SuppressWarnings("deprecation") // FrameworkInfo.role is the field for frameworks without MULTI_ROLE.
    static FrameworkInfo info(MarathonFlags flags, String self) {
        return FrameworkInfo.newBuilder()
                .setUser(flags.mesosUser)
                .setName(flags.frameworkName)
                .setFailoverTimeout((double) flags.failoverTimeoutSeconds)
                .setCheckpoint(true)
                .setRole(flags.mesosRole)
                .setHostname(self.substring(0, self.lastIndexOf(':')))
                .setWebuiUrl("http://" + self)
                .addCapabilities(capability(FrameworkInfo.Capability.Type.TASK_KILLING_STATE))
                .addCapabilities(capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .build();
    }

    private static FrameworkInfo.Capability capability(FrameworkInfo.Capability.Type type) {
        return FrameworkInfo.Capability.newBuilder().setType(type).build();
    }

    static CoreConfig core(MarathonFlags flags) {
        return new CoreConfig(
                flags.mesosRole,
                flags.maxInstancesPerOffer,
                flags.declineOfferDurationMs,
                flags.minReviveOffersIntervalMs,
                flags.taskLaunchTimeoutMs,
                flags.reconciliationIntervalMs,
                flags.localPortMin,
                flags.localPortMax,
                flags.zkMaxVersions,
                flags.maxRunningDeployments,
                flags.envVarsPrefix);
    }
}
