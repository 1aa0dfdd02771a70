package io.gatun.agent;

import io.gatun.containerizer.Containerizer;
import io.gatun.containerizer.ContainerizerConfig;
import io.gatun.containerizer.HostPart;
import io.gatun.containerizer.Limiter;
import java.util.List;
import java.util.function.Function;

/** Opens the containerizer of an agent; tests open another one. */
@FunctionalInterface
interface ContainerizerOpener {
    /**
     * Opens it.
     *
     * @param parts what containers need of the host, given who ends those that break a limit
     */
    Containerizer open(ContainerizerConfig config, Function<Limiter, List<HostPart>> parts);
}
