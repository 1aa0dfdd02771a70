package io.gatun.isolator.filesystem;

import io.gatun.ffm.mount.Mount;
import io.gatun.ffm.mount.MountAttr;
import io.gatun.ffm.mount.OpenHow;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Row;
import io.gatun.isolator.Volume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What volumes are made of, opened as detached mounts while the host's files can still be reached; by what names a
 * container finds them is {@link Targets}' part.
 */
final class Sources {
    private final LaunchContext launch;
    private final Path staging;
    private final Secrets secrets;

    /** Steps of the agent. */
    final List<Row.Agent> agent = new ArrayList<>();
    /** Records while the child's mounts are still peers of the host's. */
    final List<SyscallRecord> shared = new ArrayList<>();
    /** Records after that. */
    final List<SyscallRecord> records = new ArrayList<>();

    /** Whether something was mounted on the staging directory. */
    boolean staged;

    Sources(LaunchContext launch, Path staging) {
        this.launch = launch;
        this.staging = staging;
        this.secrets = new Secrets(staging);
    }

    /** The name of a volume's descriptor. */
    static String name(int index) {
        return "volume_" + index;
    }

    void open(int index, Volume volume) {
        String name = name(index);
        switch (volume.source()) {
            case Volume.HostPath host ->
                phase(volume).add(Calls.openTree(host.path().toString(), true, name));
            case Volume.SandboxPath sandbox -> sandboxPath(sandbox, name);
            case Volume.ImageFiles image -> imageFiles(image, name);
            case Volume.Secret secret -> {
                secrets.open(records, launch, secret, name);
                staged = true;
            }
        }
        long set = volume.readOnly() ? MountAttr.MOUNT_ATTR_RDONLY : 0;
        long propagation = volume.propagation() == Volume.Propagation.PRIVATE ? Mount.MS_PRIVATE : 0;
        if (set != 0 || propagation != 0) {
            records.add(Calls.setAttributes(name, set, propagation, volume.containerPath()));
        }
    }

    /** Takes off what secrets were staged on. */
    void tidy() {
        if (secrets.staged()) {
            unstage();
        }
    }

    /** Where the host's files are let go of, all that was staged goes with them. */
    private void unstage() {
        if (!launch.config().filesystem().isolated()) {
            records.add(Calls.unmount(staging.toString()));
        }
    }

    private List<SyscallRecord> phase(Volume volume) {
        return volume.propagation() == Volume.Propagation.BIDIRECTIONAL ? shared : records;
    }

    private void sandboxPath(Volume.SandboxPath source, String name) {
        Path sandbox = source.parent().orElse(launch.config().sandbox());
        agent.add(new Row.DirectoryBeneath(sandbox, source.path(), launch.owner()));
        String top = name + "_sandbox";
        String place = name + "_place";
        records.add(Calls.directory(sandbox.toString(), top));
        // What is in a sandbox was put there by its task: a link in it leads nowhere else.
        records.add(Calls.place(
                new Operand.Result(top),
                source.path(),
                OpenHow.RESOLVE_BENEATH | OpenHow.RESOLVE_NO_MAGICLINKS,
                place));
        records.add(Calls.openTreeAt(place, sandbox + "/" + source.path(), name));
    }

    private void imageFiles(Volume.ImageFiles image, String name) {
        switch (image.root().orElseThrow()) {
            case RootFs.Directory directory ->
                records.add(Calls.openTree(directory.path().toString(), false, name));
            case RootFs.Overlay overlay -> {
                Overlays.mount(agent, records, launch, overlay, staging, name);
                staged = true;
                records.add(Calls.openTree(staging.toString(), false, name));
                unstage();
            }
            case RootFs.Host _ -> throw new IllegalStateException("an image is never the host's files");
        }
    }
}
