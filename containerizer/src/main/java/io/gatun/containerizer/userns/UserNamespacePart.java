package io.gatun.containerizer.userns;

import io.gatun.containerizer.HostPart;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.process.Credentials;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.IdMapping;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import io.gatun.isolator.filesystem.Overlays;
import io.gatun.isolator.namespace.UserNamespaceIsolator;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code namespaces/user}: gives containers ids that are nobody's on the host. What a container changes of its image
 * belongs to it; the layers below stay as they are and are seen through the mapping. Made after the image. Thread-safe.
 */
public final class UserNamespacePart implements HostPart, AutoCloseable {
    private final Optional<IdMapping> standard;
    private final OwnerViews views = new OwnerViews();

    /** With ids for containers that do not say which; empty leaves those with the host's. */
    public UserNamespacePart(Optional<IdMapping> standard) {
        this.standard = standard;
    }

    @Override
    public Made make(ContainerConfig wanted, Path directory) {
        Optional<IdMapping> ids = wanted.namespaces().ids().or(() -> standard);
        if (ids.isEmpty()) {
            return Made.unchanged(wanted);
        }
        ContainerConfig config = wanted.with(wanted.namespaces().with(ids));
        roots(config).forEach(root -> prepare(root, ids.get()));
        Fd.Pipe unmapped = Fd.pipe();
        Fd.Pipe mapped = Fd.pipe();
        IdMapper.start(ids.get(), unmapped.read(), mapped.write(), pid -> {});
        Map<String, OwnedFd> bindings = new HashMap<>();
        bindings.put(UserNamespaceIsolator.UNMAPPED, unmapped.write());
        bindings.put(UserNamespaceIsolator.MAPPED, mapped.read());
        bindings.put(Overlays.USERNS, views.open(ids.get()));
        return new Made(config, bindings, Optional.empty());
    }

    private static List<RootFs> roots(ContainerConfig config) {
        Stream<RootFs> volumes = config.filesystem().volumes().stream()
                .map(Volume::source)
                .filter(Volume.ImageFiles.class::isInstance)
                .flatMap(source -> ((Volume.ImageFiles) source).root().stream());
        return Stream.concat(Stream.of(config.filesystem().root()), volumes).toList();
    }

    private void prepare(RootFs root, IdMapping ids) {
        switch (root) {
            case RootFs.Overlay overlay -> {
                overlay.lower().forEach(layer -> views.requireSupport(ids, layer));
                Credentials.ownDirectory(overlay.upper(), ids.firstHostId(), ids.firstHostId());
            }
            case RootFs.Directory path -> views.requireSupport(ids, path.path());
            case RootFs.Host _ -> {}
        }
    }

    /** Nothing is left behind: descriptors went with the child. */
    @Override
    public void remove(String id, Path directory) {}

    @Override
    public void close() {
        views.close();
    }
}
