package io.gatun.containerizer;

import io.gatun.ffm.file.DirectoryBeneath;
import io.gatun.ffm.file.FileNames;
import io.gatun.isolator.Identity;
import io.gatun.isolator.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** Carries out what a plan has the agent do before the clone. */
final class AgentSteps {
    private AgentSteps() {}

    /** Does one step; an exception names it. */
    static void run(Row.Agent step) {
        switch (step) {
            case Row.Cgroup cgroup -> CgroupFiles.create(cgroup.directory());
            case Row.Write write -> CgroupFiles.write(write.file(), write.data());
            case Row.AttachDevices devices -> DevicePrograms.attach(devices.cgroup(), devices.rules());
            case Row.Directory directory -> FileNames.makeDirectory(directory.directory(), 0700);
            case Row.Link link -> link(link);
            case Row.DirectoryBeneath beneath -> beneath(beneath);
        }
    }

    private static void link(Row.Link link) {
        try {
            Files.createSymbolicLink(link.link(), link.target());
        } catch (IOException e) {
            throw new UncheckedIOException("symlink " + link.link(), e);
        }
    }

    private static void beneath(Row.DirectoryBeneath step) {
        DirectoryBeneath.make(
                step.top(),
                step.place(),
                step.owner().map(Identity::uid).orElse(DirectoryBeneath.UNCHANGED),
                step.owner().map(Identity::gid).orElse(DirectoryBeneath.UNCHANGED));
    }
}
