package io.gatun.agent;

import io.gatun.mesos.client.CallClient;
import io.gatun.mesos.client.EventStream;
import io.gatun.mesos.client.UnexpectedStatusException;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.detector.MasterDetector;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.MasterInfo;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's side of the link to the leading master (agent_link.proto): finds the master, registers, registers again when
 * the stream breaks or the master is silent for longer than it said it would be. Owned by the loop.
 */
final class MasterLink {
    private static final Logger LOGGER = LoggerFactory.getLogger(MasterLink.class);
    /** Until the master has told its own: how long an answer to SUBSCRIBE may take. */
    private static final Duration SUBSCRIBE_TIMEOUT = Duration.ofSeconds(30);

    private static final int UNAVAILABLE = 503;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Loop loop;
    private final LinkHandler handler;
    private final Backoff backoff;
    private final CallClient client = new CallClient();
    private Optional<MasterDetector> detector = Optional.empty();
    private Optional<MasterInfo> leader = Optional.empty();
    private Optional<EventStream<AgentEvent>> stream = Optional.empty();
    private Optional<CallQueue> calls = Optional.empty();
    /** The master that has registered this agent. */
    private Optional<MasterInfo> linked = Optional.empty();

    private Optional<AgentID> agentId = Optional.empty();
    /** Where the stream is, and calls go: at the master that answered, which a redirect may have led to. */
    private URI answering;

    private String streamId = "";
    private Duration silenceMax = SUBSCRIBE_TIMEOUT;
    private Loop.Timer silence = () -> {};
    private Loop.Timer retry = () -> {};
    private boolean paused;
    /** Tells events of this stream from late ones of its predecessors. */
    private long generation;

    MasterLink(Loop loop, LinkHandler handler, Backoff backoff) {
        this.loop = loop;
        this.handler = handler;
        this.backoff = backoff;
    }

    /** Begins to look for a master; the first registration does not wait. */
    void start(String masterFlag) {
        detector = Optional.of(MasterDetector.open(masterFlag, found -> loop.execute(() -> detected(found))));
    }

    /** Sends a call to the master that has registered this agent; drops it when there is none. */
    void send(AgentCall.Builder call) {
        if (calls.isPresent() && agentId.isPresent()) {
            calls.get().send(call.setAgentId(agentId.get()).build());
        }
    }

    /** Breaks the link and registers again after a back-off. */
    void restart(String why) {
        restart(why, backoff.next());
    }

    private void restart(String why, Duration pause) {
        LOGGER.warn("link to the master: {}; registering again", why);
        disconnect();
        if (leader.isPresent()) {
            retry = loop.schedule(pause, this::subscribe);
        }
    }

    /** Breaks the link until {@link #resume}. */
    void pause() {
        paused = true;
        disconnect();
    }

    /** Registers again. */
    void resume() {
        paused = false;
        if (leader.isPresent()) {
            retry = loop.schedule(backoff.next(), this::subscribe);
        }
    }

    /** Ends the link; nothing is handed over any more. To be called on the loop. */
    void stop() {
        detector.ifPresent(MasterDetector::close);
        detector = Optional.empty();
        leader = Optional.empty();
        disconnect();
    }

    private void detected(Optional<MasterInfo> found) {
        if (detector.isEmpty()) {
            return;
        }
        if (found.isEmpty()) {
            // Masters lead without ZooKeeper, too: whether this one does, the link tells.
            LOGGER.warn(
                    "no master is named{}",
                    leader.map(known -> "; staying with " + endpoint(known)).orElse(""));
            return;
        }
        boolean first = leader.isEmpty() && generation == 0;
        leader = found;
        handler.detected(found.get());
        LOGGER.info("the leading master is {}", endpoint(found.get()));
        if (linked.map(MasterInfo::getId).equals(found.map(MasterInfo::getId))) {
            return;
        }
        disconnect();
        backoff.reset();
        if (paused) {
            return;
        }
        retry = loop.schedule(first ? Duration.ZERO : backoff.next(), this::subscribe);
    }

    private void subscribe() {
        long mine = ++generation;
        silenceMax = SUBSCRIBE_TIMEOUT;
        armSilence();
        stream = Optional.of(EventStream.open(
                endpoint(leader.orElseThrow()),
                MediaType.PROTOBUF,
                handler.subscription(),
                AgentEvent.getDefaultInstance(),
                new Listener(mine)));
    }

    private void event(AgentEvent event) {
        armSilence();
        switch (event.getType()) {
            case SUBSCRIBED -> subscribed(event.getSubscribed());
            case PING -> send(AgentCall.newBuilder().setType(AgentCall.Type.PONG));
            case ERROR -> restart("refused: " + event.getError().getMessage());
            // A removed agent that comes back is not registered, only told so.
            case SHUTDOWN -> handler.event(event);
            default -> {
                if (calls.isPresent()) {
                    handler.event(event);
                } else {
                    restart(event.getType() + " came before SUBSCRIBED");
                }
            }
        }
    }

    private void subscribed(AgentEvent.Subscribed event) {
        backoff.reset();
        silenceMax = Duration.ofNanos((long) (event.getPingTimeoutSeconds() * NANOS_PER_SECOND));
        armSilence();
        agentId = Optional.of(event.getAgentId());
        linked = Optional.of(event.getMasterInfo());
        calls = Optional.of(new CallQueue(loop, client, answering, streamId));
        LOGGER.info("registered as {} with the master at {}", event.getAgentId().getValue(), answering);
        handler.subscribed(event);
    }

    private void armSilence() {
        silence.cancel();
        silence = loop.schedule(
                silenceMax, () -> restart("the master said nothing for " + silenceMax.toMillis() + " ms"));
    }

    private void disconnect() {
        boolean wasLinked = calls.isPresent();
        generation++;
        silence.cancel();
        retry.cancel();
        stream.ifPresent(EventStream::close);
        stream = Optional.empty();
        calls = Optional.empty();
        linked = Optional.empty();
        if (wasLinked) {
            handler.unlinked();
        }
    }

    static URI endpoint(MasterInfo master) {
        String host = master.getAddress().hasIp()
                ? master.getAddress().getIp()
                : master.getAddress().getHostname();
        int port = master.hasAddress() ? master.getAddress().getPort() : master.getPort();
        if (host.isEmpty()) {
            host = master.getHostname();
        }
        return URI.create(
                "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port + "/api/v1/agent_link");
    }

    /** Takes what a stream's thread hears to the loop. */
    private final class Listener implements EventStream.Listener<AgentEvent> {
        private final long mine;

        Listener(long mine) {
            this.mine = mine;
        }

        @Override
        public void connected(URI endpoint, String id) {
            ifCurrent(() -> {
                answering = endpoint;
                streamId = id == null ? "" : id;
            });
        }

        @Override
        public void event(AgentEvent event) {
            ifCurrent(() -> MasterLink.this.event(event));
        }

        @Override
        public void closed(Throwable cause) {
            ifCurrent(() -> restart(
                    cause == null ? "the stream ended" : cause.toString(),
                    isNotLeading(cause) ? backoff.soon() : backoff.next()));
        }

        private static boolean isNotLeading(Throwable cause) {
            return cause instanceof UnexpectedStatusException refusal && refusal.status() == UNAVAILABLE;
        }

        private void ifCurrent(Runnable action) {
            loop.execute(() -> {
                if (mine == generation) {
                    action.run();
                }
            });
        }
    }
}
