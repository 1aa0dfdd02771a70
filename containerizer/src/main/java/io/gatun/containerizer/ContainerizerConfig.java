package io.gatun.containerizer;

import io.gatun.isolator.security.SecurityPolicy;
import io.gatun.isolator.selection.Isolators;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where a containerizer keeps its state, and how strict it is.
 *
 * @param runtimeDir absolute; checkpoints lie in {@code runtimeDir/containers/<id>/}. Belongs on a tmpfs (/run): after
 *     a reboot of the host no container runs and none must be remembered
 * @param cgroupsRoot the cgroup under which all containers lie, relative to the root of each hierarchy, as Mesos'
 *     {@code --cgroups_root}
 * @param allowUnenforcedLimits whether a container is launched although a limit it asks for cannot be enforced here
 * @param isolators that every container gets, as Mesos' {@code --isolation}
 * @param security what containers may do that do not ask, and may do at most
 * @param perf what the isolator {@code cgroups/perf_event} counts
 */
public record ContainerizerConfig(
        Path runtimeDir,
        String cgroupsRoot,
        boolean allowUnenforcedLimits,
        Isolators isolators,
        SecurityPolicy security,
        PerfConfig perf) {
    private static final Pattern CGROUP =
            Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

    public ContainerizerConfig {
        if (!runtimeDir.isAbsolute()) {
            throw new IllegalArgumentException("runtime_dir=" + runtimeDir + ": must be absolute");
        }
        if (!CGROUP.matcher(cgroupsRoot).matches()) {
            throw new IllegalArgumentException(
                    "cgroups_root=" + cgroupsRoot + ": must be a relative path of A-Z a-z 0-9 . _ - and /");
        }
    }

    /** With the standard isolators. */
    public ContainerizerConfig(Path runtimeDir, String cgroupsRoot, boolean allowUnenforcedLimits) {
        this(
                runtimeDir,
                cgroupsRoot,
                allowUnenforcedLimits,
                Isolators.standard(),
                KernelProbe.policy(),
                PerfConfig.NONE);
    }

    /** The same with other isolators. */
    public ContainerizerConfig with(Isolators newIsolators) {
        return new ContainerizerConfig(runtimeDir, cgroupsRoot, allowUnenforcedLimits, newIsolators, security, perf);
    }

    /** The same with another security policy. */
    public ContainerizerConfig with(SecurityPolicy newSecurity) {
        return new ContainerizerConfig(runtimeDir, cgroupsRoot, allowUnenforcedLimits, isolators, newSecurity, perf);
    }

    /** The same with other events to count. */
    public ContainerizerConfig with(PerfConfig newPerf) {
        return new ContainerizerConfig(runtimeDir, cgroupsRoot, allowUnenforcedLimits, isolators, security, newPerf);
    }
}
