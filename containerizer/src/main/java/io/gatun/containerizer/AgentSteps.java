package io.gatun.containerizer;

import io.gatun.isolator.Row;

/** Carries out what a plan has the agent do before the clone. */
final class AgentSteps {
    private AgentSteps() {}

    /** Does one step; an exception names it. */
    static void run(Row.Agent step) {
        switch (step) {
            case Row.Cgroup cgroup -> CgroupFiles.create(cgroup.directory());
            case Row.Write write -> CgroupFiles.write(write.file(), write.data());
        }
    }
}
