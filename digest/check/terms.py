"""Latin-script words that a summary may use though its paper does not: the trade's common vocabulary.

Only kinds of things, never the name of one model, data set, benchmark or method that a paper could be wrong about.
"""

from digest.check.names_index import compact

_TERMS = """
AI, ML, NLP, LLM, LM, API, GPU, CPU, TPU, NPU, RAM, VRAM, SRAM, DRAM, HBM, CUDA, FLOPs, SOTA, UI, GUI, URL, HTML,
JSON, XML, PDF, SQL, ID, IO, OS, PC, RGB, 1D, 2D, 3D, 4D, A/B, e.g, i.e, etc, vs, et al, cf, pp, via, Jan, Feb, Mar,
Apr, Jun, Jul, Aug, Sep, Sept, Oct, Nov, Dec, Transformer, Large Language Model, Language Model, Machine Learning,
Deep Learning, Neural Network, attention, self-attention, cross-attention, multi-head, head, query, key, value,
cache, token, tokenizer, tokenization, embedding, encoder, decoder, encoding, decoding, layer, block, module,
backbone, network, model, architecture, framework, pipeline, system, tool, agent, agentic, workflow, kernel,
latency, throughput, overhead, bottleneck, memory, bandwidth, runtime, on-device, real-time, offline, online, batch,
step, epoch, iteration, training, pre-training, post-training, fine-tuning, tuning, inference, test-time,
inference-time, training-free, plug-and-play, zero-shot, few-shot, one-shot, many-shot, in-context, in-context
learning, prompt, prompting, instruction, context, long-context, reasoning, planning, policy, reward, rollout, loss,
gradient, optimizer, scheduler, learning rate, weight, parameter, hyperparameter, threshold, temperature,
regularization, normalization, dropout, residual, skip connection, sparse, sparsity, dense, low-rank, rank,
quantization, pruning, distillation, compression, bit, benchmark, baseline, dataset, corpus, data, sample, sampling,
label, annotation, ground truth, metric, score, accuracy, precision, recall, perplexity, ablation, trade-off,
scaling, scaling law, generalization, robustness, bias, outlier, noise, denoising, alignment, retrieval, generation,
generative, multimodal, multi-modal, unimodal, modality, text, image, video, audio, speech, text-to-image,
text-to-video, image-to-video, text-to-speech, text-to-3D, image-to-image, video-to-video, image-to-text,
speech-to-text, sequence-to-sequence, seq2seq, diffusion, autoregressive, rendering, state-of-the-art, end-to-end,
out-of-distribution, in-distribution, out-of-domain, downstream, upstream, open-source, closed-source, open-ended,
open-weight, top-down, bottom-up, coarse-to-fine, step-by-step, point-to-point, trial-and-error, human-in-the-loop,
black-box, white-box, closed-loop, open-loop, self-supervised, semi-supervised, supervised, unsupervised,
contrastive, curriculum, feedback, feed-forward, forward, backward, feature, feature map, latent, latent space,
vector, matrix, tensor, graph, node, edge, tree, frame, frame rate, patch, pixel, mask, prior, posterior,
likelihood, entropy, softmax, sigmoid, logit, heuristic, hallucination, code, compiler, server, client, edge device,
web, app, software, hardware, source code, open source, log, log-likelihood, cosine similarity, big-O, top-k, top-p,
post-processing, pre-processing, preprocessing, checkpoint, chunk, window, index, seed, run, test, validation,
split, fold, cross-validation, user study, turn, multi-turn, single-turn, multi-step, multi-hop, multi-task,
multi-agent, multi-view, multi-scale, multi-stage, two-stage, one-stage, case, task, domain, scale, base, large,
small, medium, mini, fine-grained, coarse-grained, hidden, input, output, non-linear, sub-task, online learning,
demo
"""
COMMON: frozenset[str] = frozenset(compact(term) for term in _TERMS.replace("\n", " ").split(","))
EXPANSIONS: dict[str, tuple[str, ...]] = {
    "AI": ("artificial intelligence",), "ML": ("machine learning",), "NLP": ("natural language processing",),
    "LLM": ("large language model",), "LM": ("language model",), "VLM": ("vision language model",),
    "MLLM": ("multimodal large language model",), "RL": ("reinforcement learning",),
    "RLHF": ("reinforcement learning from human feedback",), "SFT": ("supervised fine-tuning",),
    "CoT": ("chain of thought",), "RAG": ("retrieval-augmented generation",),
    "MoE": ("mixture of experts", "mixtures of experts"),
    "ViT": ("vision transformer",), "DiT": ("diffusion transformer",), "MLP": ("multilayer perceptron",),
    "CNN": ("convolutional neural network",), "GAN": ("generative adversarial network",),
    "VAE": ("variational autoencoder",), "ASR": ("automatic speech recognition",),
    "OCR": ("optical character recognition",), "QA": ("question answering",), "VQA": ("visual question answering",),
    "OOD": ("out of distribution",), "KV": ("key value",), "WER": ("word error rate",),
    "CER": ("character error rate",), "PR": ("pull request",), "RTF": ("real-time factor",),
    "GRPO": ("group relative policy optimization",), "PPO": ("proximal policy optimization",),
    "DPO": ("direct preference optimization",), "LoRA": ("low-rank adaptation",), "PEFT":
    ("parameter-efficient fine-tuning",), "KD": ("knowledge distillation",), "CFG": ("classifier-free guidance",),
    "GNN": ("graph neural network",), "RNN": ("recurrent neural network",), "LSTM": ("long short-term memory",),
    "SSM": ("state space model",), "MCTS": ("Monte Carlo tree search",), "SVD": ("singular value decomposition",),
    "PCA": ("principal component analysis",), "PDE": ("partial differential equation",),
    "ODE": ("ordinary differential equation",), "SDE": ("stochastic differential equation",),
    "DP": ("differential privacy",), "CTC": ("connectionist temporal classification",),
    "BPE": ("byte pair encoding",), "NAS": ("neural architecture search",), "NeRF": ("neural radiance field",),
    "3DGS": ("3D Gaussian splatting",), "ECG": ("electrocardiogram",), "EEG": ("electroencephalogram",),
    "MRI": ("magnetic resonance imaging",), "CT": ("computed tomography",), "VLA": ("vision-language-action",),
    "NLL": ("negative log-likelihood",), "MSE": ("mean squared error", "mean square error"),
    "MAE": ("mean absolute error",), "RMSE": ("root mean squared error", "root mean square error"),
    "AUC": ("area under the curve",), "mAP": ("mean average precision",), "MIA": ("membership inference attack",),
    "TTFT": ("time to first token",), "TTS": ("text to speech", "text-to-speech synthesis"),
    "EHR": ("electronic health record",), "RCT": ("randomised controlled trial", "randomized controlled trial"),
    "PSNR": ("peak signal-to-noise ratio",), "FID": ("Fréchet inception distance",),
    "IoU": ("intersection over union",),
    "SOTA": ("state of the art",), "SSIM": ("structural similarity", "structural similarity index measure"),
}  # fmt: skip
"""What everybody means by an acronym: no finding where the paper has either of the two and not the other."""
