package io.gatun.master;

import java.net.URI;
import java.nio.file.Path;

/** A real master on a free loopback port, leading alone. */
final class RunningMaster implements AutoCloseable {
    final Master master;

    private RunningMaster(Master master) {
        this.master = master;
    }

    static RunningMaster in(Path workDir) {
        return with(flags(workDir));
    }

    static RunningMaster with(MasterFlags flags) {
        return new RunningMaster(Master.launch(flags));
    }

    static MasterFlags flags(Path workDir) {
        MasterFlags flags = new MasterFlags();
        flags.port = 0;
        flags.workDir = workDir;
        return flags;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + master.port() + path);
    }

    @Override
    public void close() {
        master.close();
    }
}
