package io.gatun.containerizer;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.mount.OpenHow;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.Identity;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.UserDatabase;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds out whom a container's user means: by the host's files, or those that the container sees. */
final class Identities {
    /** A container's own file may be anything; no honest one is larger. */
    private static final int MAX_BYTES = 4 << 20;

    /** What is read at once; every launch does. */
    private static final int USUAL_BYTES = 16 << 10;

    private final Host host;
    private volatile Parsed parsed;

    /** Files with the content that was parsed last: containers of one image come in a row. */
    private record Parsed(ByteBuffer passwd, ByteBuffer group, UserDatabase users) {}

    Identities(Host host) {
        this.host = host;
    }

    /**
     * Who a container's task is.
     *
     * @param known the users of its image, if somebody has read them already
     * @return empty for the agent's own user
     * @throws IllegalArgumentException for a name that is not listed, or a user that the agent cannot become
     */
    Optional<Identity> of(ContainerConfig config, Optional<UserDatabase> known) {
        boolean isolated = config.filesystem().isolated();
        List<String> groups = config.privileges().groups();
        if (config.user().isEmpty() && groups.isEmpty() && (!isolated || !host.canChangeUser())) {
            return Optional.empty();
        }
        UserDatabase users = known.orElseGet(() -> users(config.filesystem().root()));
        // Root of an image is in that image's groups, not in those of the agent.
        String user = config.user().orElse(isolated ? "0" : Integer.toString(host.uid()));
        Identity identity = users.find(user).orElseThrow(() -> new IllegalArgumentException(users.missing(user)));
        if (!host.canChangeUser() && (identity.uid() != host.uid() || !groups.isEmpty())) {
            throw new IllegalArgumentException("user " + user + (groups.isEmpty() ? "" : ", groups " + groups)
                    + ": the agent is user " + host.uid() + " and not root, so cannot become another");
        }
        return Optional.of(users.with(identity, groups));
    }

    private UserDatabase users(RootFs root) {
        return switch (root) {
            case RootFs.Host _ ->
                UserDatabase.parse(
                        Proc.read(Path.of("/etc/passwd")).orElse(""),
                        Proc.read(Path.of("/etc/group")).orElse(""));
            case RootFs.Directory directory -> inside(List.of(directory.path()));
            case RootFs.Overlay overlay -> inside(overlay.lower());
        };
    }

    private UserDatabase inside(List<Path> layers) {
        byte[] passwd = first(layers, "etc/passwd");
        byte[] group = first(layers, "etc/group");
        ByteBuffer users = ByteBuffer.wrap(passwd);
        ByteBuffer groups = ByteBuffer.wrap(group);
        Parsed known = parsed;
        if (known == null || !known.passwd().equals(users) || !known.group().equals(groups)) {
            known = new Parsed(users, groups, UserDatabase.ofImage(passwd, group));
            parsed = known;
        }
        return known.users();
    }

    /** A file as an overlay of layers shows it, as far as links lead within its layer. */
    private static byte[] first(List<Path> layers, String name) {
        OpenHow how = new OpenHow(
                Fd.O_RDONLY | Fd.O_NONBLOCK | Fd.O_CLOEXEC, 0, OpenHow.RESOLVE_IN_ROOT | OpenHow.RESOLVE_NO_MAGICLINKS);
        for (Path layer : layers) {
            long opened;
            try (OwnedFd root = Fd.open(layer, Fd.O_RDONLY, 0)) {
                opened = how.tryOpen(root.fd(), name);
            } catch (SyscallException e) {
                if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
                    throw e;
                }
                continue;
            }
            if (opened == -Errno.ENXIO) {
                break; // a whiteout, device 0/0, takes the file of the layers below away
            }
            if (opened != -Errno.ENOENT && opened != -Errno.ENOTDIR) {
                Errno.check(opened, "openat2", layer + "/" + name);
                try (OwnedFd file = new OwnedFd((int) opened)) {
                    return content(file, layer + "/" + name);
                }
            }
        }
        return new byte[0];
    }

    private static byte[] content(OwnedFd file, String shown) {
        byte[] start = Fd.read(file.fd(), USUAL_BYTES, shown);
        if (start.length < USUAL_BYTES) {
            return start;
        }
        byte[] rest = Fd.read(file.fd(), MAX_BYTES, shown);
        if (rest.length == MAX_BYTES) {
            throw new IllegalArgumentException(shown + ": must be smaller than " + MAX_BYTES + " bytes");
        }
        byte[] all = Arrays.copyOf(start, start.length + rest.length);
        System.arraycopy(rest, 0, all, start.length, rest.length);
        return all;
    }
}
