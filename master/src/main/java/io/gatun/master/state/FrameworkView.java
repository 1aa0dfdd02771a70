package io.gatun.master.state;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Task;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One framework as of a snapshot.
 *
 * @param info with its id set
 * @param active whether it may receive offers
 * @param connected whether a scheduler's stream is open
 * @param recovered known only from the registry or from agents: it has not subscribed to this master yet
 * @param registeredTime seconds since the epoch
 * @param reregisteredTime seconds since the epoch of the newest re-subscription; empty before the first
 * @param unregisteredTime seconds since the epoch; set for completed frameworks
 * @param tasks tasks on registered agents, and on those that are not back since the master changed; terminal ones whose
 *     last update is not acknowledged included; those that were recovered are decoded when they are looked at
 * @param unreachableTasks tasks on agents that are unreachable; bounded, the oldest are forgotten
 * @param completedTasks tasks whose terminal update was acknowledged; bounded, the oldest are forgotten
 * @param offers outstanding
 * @param used what the tasks hold
 * @param offered what the offers hold
 */
public record FrameworkView(
        FrameworkInfo info,
        boolean active,
        boolean connected,
        boolean recovered,
        double registeredTime,
        OptionalDouble reregisteredTime,
        OptionalDouble unregisteredTime,
        List<Task> tasks,
        List<Task> unreachableTasks,
        List<Task> completedTasks,
        List<Offer> offers,
        Resources used,
        Resources offered) {
    /** Copies the lists that may change. */
    public FrameworkView {
        tasks = tasks instanceof TaskList ? tasks : List.copyOf(tasks);
        unreachableTasks = List.copyOf(unreachableTasks);
        completedTasks = List.copyOf(completedTasks);
        offers = List.copyOf(offers);
    }
}
