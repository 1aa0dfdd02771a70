package io.gatun.agent.http;

import io.gatun.agent.container.ContainerIds;
import io.gatun.containerizer.Session;
import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.codec.RecordIo;
import io.gatun.mesos.http.Replies;
import io.gatun.mesos.v1.TTYInfo;
import io.gatun.mesos.v1.agent.Call;
import io.gatun.mesos.v1.agent.ProcessIO;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * ATTACH_CONTAINER_INPUT: a request whose body is a RecordIO stream of calls, the first of which names the container. It
 * is read as fast as the container takes its input, and answered when it ends or the container does. One instance per
 * request, on its event loop.
 */
final class InputCall {
    private static final int MAX_RECORD_BYTES = 1 << 20;

    private final RoutingContext ctx;
    private final AgentView agent;
    private final MediaType type;
    private final Context eventLoop;
    private final RecordIo.Decoder decoder = new RecordIo.Decoder(MAX_RECORD_BYTES);
    private Session session;
    private boolean answered;

    private InputCall(RoutingContext ctx, AgentView agent, MediaType type) {
        this.ctx = ctx;
        this.agent = agent;
        this.type = type;
        this.eventLoop = ctx.vertx().getOrCreateContext();
    }

    /** Whether a request is one of these: the only call whose body is a stream. */
    static boolean isOne(RoutingContext ctx) {
        return MediaType.parse(ctx.request().getHeader("Content-Type"))
                .filter(known -> known == MediaType.RECORDIO)
                .isPresent();
    }

    /** Reads the body, which nobody has begun to read. */
    static void handle(RoutingContext ctx, AgentView agent) {
        Optional<MediaType> type = Optional.ofNullable(ctx.request().getHeader("Message-Content-Type"))
                .flatMap(MediaType::parse)
                .filter(known -> known != MediaType.RECORDIO);
        if (type.isEmpty()) {
            Replies.error(
                    ctx,
                    415,
                    "Expecting 'Message-Content-Type' of " + MediaType.JSON.header() + " or "
                            + MediaType.PROTOBUF.header());
            return;
        }
        InputCall input = new InputCall(ctx, agent, type.get());
        ctx.request()
                .handler(input::data)
                .endHandler(end -> input.answer(200, ""))
                .exceptionHandler(gone -> input.letGo());
    }

    private void data(Buffer chunk) {
        if (answered) {
            return;
        }
        byte[] bytes = chunk.getBytes();
        try {
            decoder.feed(bytes, 0, bytes.length, this::record);
        } catch (CodecException e) {
            answer(400, "Failed to decode RecordIO: " + e.getMessage());
        } catch (HttpProblem e) {
            answer(e.status(), e.getMessage());
        } catch (IllegalArgumentException e) {
            answer(400, e.getMessage());
        }
    }

    private void record(byte[] record) {
        if (answered) {
            return;
        }
        Call.Builder builder = Call.newBuilder();
        try {
            type.decode(record, builder);
        } catch (CodecException e) {
            throw new HttpProblem(400, "Failed to parse a record into Call protobuf: " + e.getMessage());
        }
        Call call = builder.build();
        if (call.getType() != Call.Type.ATTACH_CONTAINER_INPUT || !call.hasAttachContainerInput()) {
            throw new HttpProblem(400, "Expecting every record to be an ATTACH_CONTAINER_INPUT call");
        }
        Call.AttachContainerInput input = call.getAttachContainerInput();
        switch (input.getType()) {
            case CONTAINER_ID -> attach(input);
            case PROCESS_IO -> process(input.getProcessIo());
            default -> throw new HttpProblem(400, "Expecting 'type' to be CONTAINER_ID or PROCESS_IO");
        }
    }

    private void attach(Call.AttachContainerInput input) {
        if (session != null) {
            throw new HttpProblem(400, "Expecting one CONTAINER_ID, the first record");
        }
        session = SessionCalls.attach(agent, ContainerIds.internal(input.getContainerId()));
        var unused = session.termination().handle((end, failure) -> {
            eventLoop.runOnContext(turn -> answer(200, ""));
            return true;
        });
    }

    private void process(ProcessIO io) {
        if (session == null) {
            throw new HttpProblem(400, "Expecting the first record to be of type CONTAINER_ID");
        }
        switch (io.getType()) {
            case DATA -> stdin(io.getData());
            case CONTROL -> {
                if (io.getControl().getType() == ProcessIO.Control.Type.TTY_INFO) {
                    TTYInfo.WindowSize size = io.getControl().getTtyInfo().getWindowSize();
                    session.resize(size.getRows(), size.getColumns());
                }
            }
            default -> throw new HttpProblem(400, "Expecting 'process_io.type' to be DATA or CONTROL");
        }
    }

    private void stdin(ProcessIO.Data data) {
        if (data.getType() != ProcessIO.Data.Type.STDIN) {
            throw new HttpProblem(400, "Expecting 'process_io.data.type' to be STDIN");
        }
        if (data.getData().isEmpty()) {
            session.closeInput();
            return;
        }
        ctx.request().pause();
        var unused = session.input(data.getData().toByteArray()).handle((written, failure) -> {
            eventLoop.runOnContext(turn -> {
                if (failure instanceof IllegalStateException) {
                    answer(409, failure.getMessage());
                } else if (failure != null) {
                    answer(400, failure.getMessage());
                } else {
                    ctx.request().resume();
                }
            });
            return true;
        });
    }

    private void answer(int status, String text) {
        if (answered) {
            return;
        }
        answered = true;
        letGo();
        ctx.request().resume();
        if (ctx.response().closed()) {
            return;
        }
        if (status == 200) {
            Replies.empty(ctx, 200);
        } else {
            Replies.error(ctx, status, text);
        }
    }

    private void letGo() {
        if (session != null) {
            session.close();
        }
    }
}
