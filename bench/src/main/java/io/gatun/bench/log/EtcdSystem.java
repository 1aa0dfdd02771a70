package io.gatun.bench.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Three members of Debian's etcd, with its defaults: its write-ahead log is forced before an answer. */
final class EtcdSystem extends Ensemble {
    private final String program;

    /** @param program path of etcd */
    EtcdSystem(Path folder, String program) throws IOException {
        super(folder);
        this.program = program;
    }

    @Override
    String name() {
        return Systems.ETCD;
    }

    @Override
    List<String> command(int node, Path nodeFolder) {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            members.add("n" + (i + 1) + "=http://127.0.0.1:" + port(i, 1));
        }
        String client = "http://127.0.0.1:" + port(node, 0);
        String peer = "http://127.0.0.1:" + port(node, 1);
        return List.of(
                program,
                "--name=n" + (node + 1),
                "--data-dir=" + nodeFolder.resolve("data"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + String.join(",", members),
                "--logger=zap",
                "--log-level=warn");
    }
}
