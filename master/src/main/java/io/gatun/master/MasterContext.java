package io.gatun.master;

import io.gatun.master.election.Leadership;
import io.gatun.master.state.Command;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.v1.MasterInfo;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** What the parts of the HTTP interface know of the master. Every method may be called from any thread. */
public interface MasterContext {
    /** The newest published state; before the first recovery and after deposition, that of an empty master. */
    Supplier<MasterSnapshot> snapshot();

    /**
     * The state for an answer that must not be older than what another master may have told by now. A master that was
     * paused or cut off does not know yet that it leads no more, so a quorum is asked.
     *
     * @return completes, on a thread that is not to be kept, with everything that was acknowledged anywhere before this
     *     call; fails when this master does not lead
     */
    CompletableFuture<MasterSnapshot> confirmed();

    /** Who leads. */
    Leadership leadership();

    /** This master, leading or not. */
    MasterInfo info();

    /** Whether this master leads and has read its registry: until then calls are answered 503. */
    boolean recovered();

    /** How this master was started. */
    MasterFlags flags();

    /** Runs the server's event loops. */
    Vertx vertx();

    /**
     * Queues a command for the state thread.
     *
     * @return false when the queue is full or this master does not lead: nothing was queued, answer 503
     */
    boolean submit(Command command);

    /**
     * Queues a command that is answered by an effect.
     *
     * @param command made from the number under which the answer will come
     * @return completed on the state thread when the command's effects are carried out: hand over work before doing
     *     any. A full queue, and a master that does not lead, answer 503
     */
    CompletableFuture<Reply> ask(LongFunction<Command> command);

    /** An HTTP status, and a text, empty for none. */
    record Reply(int status, String body) {}
}
