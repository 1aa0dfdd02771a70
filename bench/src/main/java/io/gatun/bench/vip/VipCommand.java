package io.gatun.bench.vip;

import io.gatun.bench.Interruption;
import io.gatun.bench.Machine;
import io.gatun.bench.Output;
import io.gatun.bench.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gatun bench vip}. */
@Command(
        name = "vip",
        description =
                "From TASK_RUNNING to a DNS answer and a virtual IP, and from a task's end to their disappearance.")
public final class VipCommand implements Callable<Integer> {
    private static final int WARM_UP_TASKS = 30;
    private static final int TASKS = 200;
    private static final int QUICK_TASKS = 30;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws Exception {
        int tasks = output.quick() ? QUICK_TASKS : TASKS;
        try (Interruption _ = Interruption.ofThisThread();
                BenchStack stack = BenchStack.start()) {
            System.out.printf(
                    "Launching and ending %d tasks, after %d that are not counted...%n", tasks, WARM_UP_TASKS);
            Figures figures = new Figures();
            try (Measurement measurement = new Measurement(stack)) {
                measurement.run(WARM_UP_TASKS, new Figures());
                measurement.run(tasks, figures);
            }
            output.show(new Result("vip", Machine.here(), figures.rows(IpvsProbe.missing()), notes(figures)));
            return 0;
        }
    }

    private static List<String> notes(Figures figures) {
        List<String> notes = new ArrayList<>();
        notes.add(String.format(
                "Of %d changes seen over DNS, %d were there before the scheduler heard of them (counted as 0).",
                figures.changes(), figures.early()));
        notes.add("Whole stack in one process on this machine: master, agent, net, ZooKeeper, Marathon; one task at a"
                + " time.");
        notes.add("\"update\": since a scheduler got the status update. \"agent\": since the agent's timestamp in it.");
        notes.add("A figure ends when a client has the answer: the query and a pause of " + Measurement.PAUSE_NS / 1_000
                + " us between queries are part of it.");
        notes.add("The agent's timestamps are in whole milliseconds.");
        notes.add("Beside, as published settings and not measured: Mesos-DNS polls the master every refreshSeconds"
                + " (default 60, DC/OS 30); Minuteman polls its agent every 2 s.");
        return notes;
    }
}
