"""A real llama.cpp server with a model of half a megabyte and random weights: real protocol, meaningless words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gguf
import numpy as np
import xllamacpp

WIDTH, INNER, LAYERS, HEADS = 64, 128, 2, 4
CONTEXT = 32_768
WORDS = (
    "논문 연구 모델 학습 데이터 방법 성능 제안 결과 실험 한계 결론 구조 언어 추론 평가 를 은 는 이 가 의 에서 한다 였다"
)


def vocabulary() -> list[tuple[str, gguf.TokenType, float]]:
    """Every token with its kind and how willing the model is to say it, whatever came before.

    A random model never closes a string by itself: words and the closing quote are favoured, raw bytes are not.
    """
    tokens = [("<unk>", gguf.TokenType.UNKNOWN, 0.0), ("<s>", gguf.TokenType.CONTROL, 0.0)]
    tokens += [("</s>", gguf.TokenType.CONTROL, 0.0)]
    tokens += [(f"<0x{byte:02X}>", gguf.TokenType.BYTE, -3.0) for byte in range(256)]
    tokens += [("\u2581", gguf.TokenType.NORMAL, -0.3)]
    tokens += [(chr(code), gguf.TokenType.NORMAL, 0.45 if chr(code) == '"' else -0.1) for code in range(33, 127)]
    return tokens + [(word, gguf.TokenType.NORMAL, 0.5) for word in WORDS.split()]


def write_model(path: Path) -> None:
    """Write the model as GGUF: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""
    random = np.random.default_rng(0)
    tokens = vocabulary()

    def weights(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        return (random.standard_normal(shape) * 0.08).astype(np.float32)

    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token.encode() for token, _, _ in tokens])
    writer.add_token_scores([-rank / 100 for rank in range(len(tokens))])
    writer.add_token_types([int(kind) for _, kind, _ in tokens])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)

    embedding, head = weights(len(tokens), WIDTH), weights(len(tokens), WIDTH) * 4
    embedding[:, 0] = 4.0  # a constant direction, on which the head's first column acts as a bias
    head[:, 0] = [willing for _, _, willing in tokens]
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    writer.add_tensor("output.weight", head)
    for layer in range(LAYERS):
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", weights(WIDTH, WIDTH))
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(WIDTH, np.float32))
        for name, shape in {"gate": (INNER, WIDTH), "up": (INNER, WIDTH), "down": (WIDTH, INNER)}.items():
            writer.add_tensor(f"blk.{layer}.ffn_{name}.weight", weights(*shape))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@contextmanager
def serve(model: Path, *, ignores_schema: bool = False, embeds: bool = False) -> Iterator[str]:
    """Serve the model on a free loopback port, for texts or for their vectors; yields the address."""
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.model_alias = {"tiny"}
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.warmup = False
    params.chat_template = "chatml"
    params.verbosity = -1
    params.sampling.seed = 7
    # Threads that wait for one another spin, which a busy machine punishes.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.cpuparams.poll = params.cpuparams_batch.poll = 0
    params.force_pure_content_parser = ignores_schema
    if embeds:
        params.embedding = True
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(params)
    yield server.listening_address
    del server
