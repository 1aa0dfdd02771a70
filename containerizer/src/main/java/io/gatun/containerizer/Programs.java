package io.gatun.containerizer;

import io.gatun.containerizer.session.Launched;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.mount.OpenHow;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.Limits;
import io.gatun.isolator.UserDatabase;
import io.gatun.isolator.nested.Joined;
import io.gatun.isolator.nested.NestedPlans;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Programs that are run in containers: what they get of the container's configuration. */
final class Programs {
    private static final int MAX_USERS_BYTES = 1 << 20;

    private Programs() {}

    /**
     * A program as a container of its own that {@link NestedPlans#exec} puts into the target.
     *
     * @param directory of the target
     * @param name without a dot; names the program among all that are nested in the target
     */
    static ContainerConfig config(Container target, Path directory, String name, ExecConfig program) {
        String id = target.id() + "." + name;
        ContainerConfig launched = Launched.load(directory)
                .orElseGet(() -> new ContainerConfig(
                        target.id(),
                        program.argv(),
                        program.environment(),
                        target.sandbox(),
                        Optional.empty(),
                        Limits.NONE,
                        target.sandbox(),
                        target.sandbox()));
        IoConfig io = new IoConfig(program.terminal(), program.terminal().isEmpty(), false, Optional.empty());
        return new ContainerConfig(
                id,
                Optional.of(target.id()),
                program.argv(),
                program.environment(),
                target.sandbox(),
                program.user().or(launched::user),
                Limits.NONE,
                target.sandbox(),
                target.sandbox(),
                io,
                launched.filesystem(),
                launched.namespaces(),
                launched.privileges(),
                launched.network(),
                Optional.empty());
    }

    /** How it is launched. */
    static Way way(Container target, ContainerConfig config, ExecConfig program) {
        long through = Namespaces.entrance(target.pid());
        Set<Joined> joined = Namespaces.of(through);
        String directory = program.workingDirectory()
                .or(() -> config.filesystem().workingDirectory())
                .orElse(
                        config.filesystem().isolated()
                                ? Filesystem.SANDBOX_DIRECTORY
                                : config.sandbox().toString());
        boolean mapped = config.namespaces().ids().isPresent();
        return new Way(plan -> NestedPlans.exec(plan, joined, mapped, directory), OptionalLong.of(through), true);
    }

    /** The users that a container with files of its own knows; empty for one with the host's. */
    static Optional<UserDatabase> users(Container target, ContainerConfig config) {
        if (!config.filesystem().isolated() || config.user().isEmpty()) {
            return Optional.empty();
        }
        Path root = Path.of("/proc/" + Namespaces.entrance(target.pid()) + "/root");
        try (OwnedFd directory = Fd.open(root, Fd.O_PATH, 0)) {
            return Optional.of(UserDatabase.parse(text(directory, "etc/passwd"), text(directory, "etc/group")));
        }
    }

    /** The image made these files: its links must not lead to the host's. */
    private static String text(OwnedFd root, String file) {
        try (OwnedFd opened = new OpenHow(Fd.O_RDONLY, 0, OpenHow.RESOLVE_IN_ROOT | OpenHow.RESOLVE_NO_MAGICLINKS)
                .open(root.fd(), file)) {
            return new String(Fd.read(opened.fd(), MAX_USERS_BYTES, file), StandardCharsets.UTF_8);
        } catch (SyscallException e) {
            if (e.errno() == Errno.ENOENT) {
                return "";
            }
            throw e;
        }
    }
}
