package io.gatun.bench;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What every benchmark lets one choose. */
public final class Output {
    @Option(names = "--quick", description = "Fewer measurements; ends within 60 s.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as well, for machines.")
    private Path json;

    /** Whether to end within 60 s. */
    public boolean quick() {
        return quick;
    }

    /** Shows a result to the person in front, and writes it down where that was asked for. */
    public void show(Result result) {
        System.out.print(result.table());
        Optional.ofNullable(json).ifPresent(result::write);
    }
}
