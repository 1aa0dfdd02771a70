package io.gatun.agent;

import io.gatun.containerizer.HostPart;
import io.gatun.containerizer.Limiter;
import io.gatun.containerizer.disk.DiskUsagePart;
import io.gatun.containerizer.disk.DiskWatch;
import io.gatun.containerizer.disk.ProjectQuotaPart;
import io.gatun.containerizer.disk.ProjectRange;
import io.gatun.containerizer.userns.UserNamespacePart;
import io.gatun.isolator.IdMapping;
import io.gatun.isolator.selection.Isolators;
import io.gatun.mesos.flags.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Disk quotas and ids of containers, by the agent's flags. Parts of these come after those that make a root: they count
 * what is written to it, and give it to its owner.
 *
 * @param isolators that {@code --isolation} selects
 * @param interval between two looks at a container's disk usage
 * @param enforce whether what is above its limit is ended
 * @param projects that disk/xfs gives to containers
 * @param ids that namespaces/user gives to containers; empty when it is not selected
 */
record StorageParts(
        Isolators isolators, Duration interval, boolean enforce, ProjectRange projects, Optional<IdMapping> ids) {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,10})-(\\d{1,10})");

    /**
     * Reads the flags.
     *
     * @throws IllegalArgumentException naming flag, text and rule
     */
    static StorageParts of(AgentFlags flags, Isolators isolators) {
        Duration interval = Durations.parse(flags.containerDiskWatchInterval);
        ProjectRange projects = ProjectRange.parse(flags.xfsProjectRange);
        IdMapping ids = ids(flags.userNamespaceIds);
        return new StorageParts(
                isolators,
                interval,
                flags.enforceContainerDiskQuota,
                projects,
                isolators.has("namespaces/user") ? Optional.of(ids) : Optional.empty());
    }

    /** {@code 100000-165535}: the host's ids that a container's 0 and following are. */
    static IdMapping ids(String text) {
        Matcher matcher = RANGE.matcher(text);
        long first = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
        long last = matcher.matches() ? Long.parseLong(matcher.group(2)) : 0;
        if (first < 1 || last < first || last >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException("user_namespace_ids=" + text
                    + ": must be FIRST-LAST, two ids above 0 and below 2147483647, like 100000-165535");
        }
        return new IdMapping((int) first, (int) (last - first + 1));
    }

    /**
     * Opens them, in the order in which a container gets them.
     *
     * @param opened gets what is to be closed, in the opposite order
     */
    List<HostPart> open(Path workDir, Limiter limiter, Consumer<AutoCloseable> opened) {
        List<HostPart> parts = new ArrayList<>();
        if (isolators.has("disk/du") || isolators.has("disk/xfs")) {
            DiskWatch watch = new DiskWatch(limiter, interval, enforce);
            opened.accept(watch);
            parts.add(
                    isolators.has("disk/xfs")
                            ? new ProjectQuotaPart(projects, workDir, watch)
                            : new DiskUsagePart(watch));
        }
        if (isolators.has("namespaces/user")) {
            UserNamespacePart userns = new UserNamespacePart(ids);
            opened.accept(userns);
            parts.add(userns);
        }
        return parts;
    }
}
