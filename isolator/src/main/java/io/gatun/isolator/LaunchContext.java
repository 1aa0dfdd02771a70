package io.gatun.isolator;

import io.gatun.isolator.security.Confinement;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What an isolator sees of a launch.
 *
 * @param config the container, its image resolved
 * @param host where it is launched
 * @param identity whom the configuration's user means there; empty for the agent's own user
 * @param runtime the container's own directory below the agent's runtime directory: exists before the launch, is removed
 *     with the container
 * @param confinement what its processes may do
 */
public record LaunchContext(
        ContainerConfig config, Host host, Optional<Identity> identity, Path runtime, Confinement confinement) {
    public LaunchContext {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(runtime, "runtime");
        Objects.requireNonNull(confinement, "confinement");
    }

    /** With nothing but no_new_privs, if the container asks for that. */
    public LaunchContext(ContainerConfig config, Host host, Optional<Identity> identity, Path runtime) {
        this(
                config,
                host,
                identity,
                runtime,
                config.privileges().noNewPrivileges() ? Confinement.MINIMAL : Confinement.NONE);
    }

    /**
     * Whose the container's files on the host are: the identity, as the host numbers it. Empty for the agent's own user,
     * and where a task cannot be another.
     */
    public Optional<Identity> owner() {
        if (!host.canChangeUser()) {
            return Optional.empty();
        }
        return config.namespaces()
                .ids()
                .map(ids -> ids.onHost(identity.orElse(Identity.ROOT)))
                .or(() -> identity);
    }
}
