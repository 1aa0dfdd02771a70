package io.gatun.isolator.filesystem;

import static io.gatun.ffm.mount.OpenHow.RESOLVE_BENEATH;
import static io.gatun.ffm.mount.OpenHow.RESOLVE_IN_ROOT;
import static io.gatun.ffm.mount.OpenHow.RESOLVE_NO_MAGICLINKS;

import io.gatun.ffm.Fd;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where volumes are attached. The places are made where they are missing, found by openat2(2) and from then on held by
 * descriptor: whoever can write there gains nothing by putting a link in the way, not even in between.
 */
final class Targets {
    private static final Operand AT_FDCWD = Operand.named(Fd.AT_FDCWD, "AT_FDCWD");

    private final List<SyscallRecord> records;
    private final List<Path> mounted = new ArrayList<>();

    /** Appends to records. */
    Targets(List<SyscallRecord> records) {
        this.records = records;
    }

    /** Something is mounted there: what lies below is somebody's who may be hostile. */
    void mounted(Path path) {
        mounted.add(path);
    }

    /** Whether a path lies in something that is mounted by now. */
    boolean isBelowAMount(Path path) {
        return mounted.stream().anyMatch(above -> path.startsWith(above) && !path.equals(above));
    }

    /**
     * Makes a place in the new root by its name. Only while no /proc is there: its links alone lead out of a root.
     */
    void make(Path path, boolean file) {
        for (int i = 1; i < path.getNameCount(); i++) {
            records.add(Calls.makeDirectory("/" + path.subpath(0, i)));
        }
        records.add(file ? Calls.makeFile(path.toString()) : Calls.makeDirectory(path.toString()));
    }

    /**
     * Makes a place below a mount step by step, each name in the directory that the ones before lead to.
     *
     * @param path absolute
     */
    void makeBelowMount(Path path, boolean file, String name) {
        int known = mounted.stream()
                .filter(above -> path.startsWith(above) && !path.equals(above))
                .mapToInt(Path::getNameCount)
                .max()
                .orElse(0);
        makeSteps(AT_FDCWD, Path.of("/").relativize(path), known, RESOLVE_IN_ROOT, file, name);
    }

    /** Makes a place below a directory that is open. */
    void makeBeneath(String directory, Path relative, boolean file, String name) {
        makeSteps(new Operand.Result(directory), relative, 0, RESOLVE_BENEATH, file, name);
    }

    private void makeSteps(Operand top, Path relative, int known, long resolve, boolean file, String name) {
        for (int i = known; i < relative.getNameCount(); i++) {
            Operand parent = top;
            if (i > 0) {
                String step = name + "_" + i;
                records.add(Calls.place(top, relative.subpath(0, i).toString(), resolve | RESOLVE_NO_MAGICLINKS, step));
                parent = new Operand.Result(step);
            }
            String last = relative.getName(i).toString();
            boolean asFile = file && i == relative.getNameCount() - 1;
            records.add(asFile ? Calls.makeFile(parent, last) : Calls.makeDirectory(parent, last));
        }
    }

    /** Attaches a mount at an absolute path of the new root, which is the working directory. */
    void attach(String mount, Path path, String name) {
        records.add(Calls.place(path.toString(), RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS, name));
        records.add(Calls.attach(mount, name, path.toString()));
    }

    /** Attaches a mount below a directory that is open. */
    void attachBeneath(String mount, String directory, Path relative, String name) {
        records.add(Calls.place(
                new Operand.Result(directory), relative.toString(), RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS, name));
        records.add(Calls.attach(mount, name, relative.toString()));
    }

    /** Attaches a mount at a path of the host, which must exist. */
    void attachOnHost(String mount, Path path, String name) {
        records.add(Calls.place(path.toString(), RESOLVE_NO_MAGICLINKS, name));
        records.add(Calls.attach(mount, name, path.toString()));
    }
}
