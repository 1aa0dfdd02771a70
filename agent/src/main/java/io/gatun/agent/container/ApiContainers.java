package io.gatun.agent.container;

import io.gatun.containerizer.Container;
import io.gatun.containerizer.Containerizer;
import io.gatun.containerizer.ExecConfig;
import io.gatun.containerizer.Session;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.Privileges;
import io.gatun.isolator.RootFs;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.TTYInfo;
import io.gatun.mesos.v1.Value;
import io.gatun.mesos.v1.agent.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Launches what the agent's API asks for. Blocks; touches no agent state. Thread-safe. */
public final class ApiContainers {
    private static final double BYTES_PER_MEGABYTE = 1 << 20;
    private static final IoConfig.Terminal DEFAULT_SIZE = new IoConfig.Terminal(24, 80);

    private final Containerizer containerizer;
    private final StandaloneStore standalone;

    /** @param standalone where containers without a parent are remembered */
    public ApiContainers(Containerizer containerizer, StandaloneStore standalone) {
        this.containerizer = containerizer;
        this.standalone = standalone;
    }

    /**
     * What is to be launched.
     *
     * @param id dotted
     * @param limits of its own, {@link Limits#NONE} for those of its parent
     */
    public record Request(String id, CommandInfo command, Optional<ContainerInfo> container, Limits limits) {
        /** Whether it is nested in another container. */
        boolean nested() {
            return id.indexOf('.') >= 0;
        }
    }

    /** The limits of a container's own: none for one nested in another whose cgroups it shares, as is usual. */
    public static Limits limits(Call.LaunchContainer launch) {
        boolean shares = launch.getContainerId().hasParent()
                && launch.getContainer().getLinuxInfo().getShareCgroups();
        if (shares) {
            return Limits.NONE;
        }
        Resources resources = Resources.of(launch.getResourcesList());
        return new Limits(
                limit(launch, "cpus", resources.cpus()),
                Math.round(limit(launch, "mem", resources.mem()) * BYTES_PER_MEGABYTE),
                0);
    }

    /** Infinity lifts a limit. */
    private static double limit(Call.LaunchContainer launch, String name, double resource) {
        Value.Scalar limit = launch.getLimitsMap().get(name);
        double value = limit == null ? resource : limit.getValue();
        return Double.isFinite(value) ? value : 0;
    }

    /** Whether a container of this id is known, ended ones that were not removed included. */
    public boolean known(String id) {
        try {
            var unused = containerizer.termination(id);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Launches a nested or a standalone container.
     *
     * @throws IllegalArgumentException when something is missing or out of range, or the parent does not run
     * @throws io.gatun.containerizer.LaunchException naming the step that failed
     */
    public void launch(Request request) {
        containerizer.launch(config(request, false));
    }

    /**
     * Launches what lives as long as its session: a program in the parent container, or a nested container where an image
     * is named.
     *
     * @throws RuntimeException as {@link #launch}
     */
    public Session launchSession(Request request) {
        if (!request.nested()) {
            throw new IllegalArgumentException("container_id.parent: must be set: a session is nested in a container");
        }
        if (image(request).isPresent()) {
            containerizer.launch(config(request, true));
            return new OwnedSession(containerizer.attach(request.id()), () -> destroy(request.id()));
        }
        String parent = ContainerConfig.parentOf(request.id()).orElseThrow();
        Path sandbox = running(parent).sandbox();
        ExecConfig program = new ExecConfig(
                CommandLines.argv(request.command()),
                CommandLines.environment(request.command(), sandbox),
                user(request.command()),
                Optional.empty(),
                terminal(request));
        return containerizer.exec(parent, request.id().substring(parent.length() + 1), program);
    }

    private void destroy(String id) {
        if (known(id)) {
            var unused = containerizer.destroy(id);
        }
    }

    /** Forgets an ended container and its sandbox. */
    public void remove(String id) {
        containerizer.remove(id);
        if (id.indexOf('.') < 0) {
            standalone.remove(id);
        }
    }

    private ContainerConfig config(Request request, boolean session) {
        Path sandbox = sandbox(request);
        Optional<Image> image = image(request);
        Optional<IoConfig.Terminal> terminal = terminal(request);
        boolean shares = request.container()
                .map(info -> info.getLinuxInfo().getSharePidNamespace())
                .orElse(false);
        // The entrypoint of an image needs no command.
        CommandInfo command = request.command();
        List<String> argv = image.isPresent() && !command.hasValue() ? List.of() : CommandLines.argv(command);
        Filesystem files = image.map(named ->
                        new Filesystem(Optional.of(named), new RootFs.Host(), Optional.empty(), false, List.of(), 0))
                .orElse(Filesystem.DEFAULT);
        return new ContainerConfig(
                request.id(),
                ContainerConfig.parentOf(request.id()),
                argv,
                CommandLines.environment(command, sandbox),
                sandbox,
                user(command).or(() -> owner(sandbox.getParent().getParent(), request)),
                request.limits(),
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"),
                new IoConfig(terminal, session && terminal.isEmpty()),
                files,
                new NamespaceConfig(Optional.empty(), shares, 0),
                Privileges.DEFAULT,
                NetworkConfig.HOST,
                Optional.empty());
    }

    private static Optional<String> user(CommandInfo command) {
        return command.hasUser() ? Optional.of(command.getUser()) : Optional.empty();
    }

    /** A nested container runs as the one whose sandbox it is in, unless that is root. */
    private static Optional<String> owner(Path sandbox, Request request) {
        int uid = request.nested() ? uid(sandbox) : 0;
        return uid == 0 || uid == uid(Path.of("/proc/self")) ? Optional.empty() : Optional.of(Integer.toString(uid));
    }

    private static int uid(Path path) {
        try {
            return (int) Files.getAttribute(path, "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException("stat " + path, e);
        }
    }

    /** {@code <parent sandbox>/containers/<id>}, or {@code <work_dir>/containers/<id>}. */
    private Path sandbox(Request request) {
        if (!request.nested()) {
            return standalone.create(request.id());
        }
        Path parent =
                running(ContainerConfig.parentOf(request.id()).orElseThrow()).sandbox();
        Path sandbox = parent.resolve("containers")
                .resolve(request.id().substring(request.id().lastIndexOf('.') + 1));
        try {
            return Files.createDirectories(sandbox);
        } catch (IOException e) {
            throw new UncheckedIOException("mkdir " + sandbox, e);
        }
    }

    private static Optional<IoConfig.Terminal> terminal(Request request) {
        return request.container().filter(ContainerInfo::hasTtyInfo).map(info -> size(info.getTtyInfo()));
    }

    /** The terminal that a TTYInfo asks for; 24 by 80 when it names no size. */
    public static IoConfig.Terminal size(TTYInfo info) {
        return info.hasWindowSize()
                ? new IoConfig.Terminal(
                        info.getWindowSize().getRows(), info.getWindowSize().getColumns())
                : DEFAULT_SIZE;
    }

    private static Optional<Image> image(Request request) {
        return request.container()
                .filter(info -> info.getMesos().hasImage())
                .map(info -> info.getMesos().getImage())
                .map(image -> {
                    if (image.getType() != io.gatun.mesos.v1.Image.Type.DOCKER) {
                        throw new IllegalArgumentException(
                                "container.mesos.image.type=" + image.getType() + ": must be DOCKER");
                    }
                    return new Image(image.getDocker().getName(), !image.getCached(), List.of(), Optional.empty());
                });
    }

    private Container running(String id) {
        return containerizer.containers().stream()
                .filter(container -> container.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("container_id.parent=" + id + ": does not run"));
    }
}
