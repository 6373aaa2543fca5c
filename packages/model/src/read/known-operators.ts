/** Operators that onnxruntime-web has kernels or rewrites for and that decoders could hold; by domain. */
const standard = `
Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh Attention BatchNormalization BitShift BitwiseAnd BitwiseNot
BitwiseOr BitwiseXor Cast CastLike Ceil Celu Clip Compress Concat Constant ConstantOfShape Conv ConvTranspose Cos Cosh
CumSum DepthToSpace DequantizeLinear Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten
Floor Gather GatherElements GatherND Gelu Gemm GlobalAveragePool Greater GreaterOrEqual GroupNormalization HardSigmoid
HardSwish Hardmax Identity InstanceNormalization IsInf IsNaN LayerNormalization LeakyRelu Less LessOrEqual Log
LogSoftmax LpNormalization MatMul MatMulInteger Max Mean MeanVarianceNormalization Min Mish Mod Mul Neg NonZero Not
OneHot Or PRelu Pad Pow QLinearMatMul QuantizeLinear RMSNormalization Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum
ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape RotaryEmbedding Round
ScatterElements ScatterND Selu Shape Shrink Sigmoid Sign SimplifiedLayerNormalization Sin Sinh Size Slice Softmax
Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tan Tanh TensorScatter ThresholdedRelu Tile TopK
Transpose Trilu Unsqueeze Where Xor`;

const contributed = `
Attention BiasAdd BiasGelu BiasSoftmax BiasSplitGelu DynamicQuantizeMatMul ExpandDims FastGelu FusedConv FusedGemm
FusedMatMul GatherBlockQuantized Gelu GemmaRotaryEmbedding GroupQueryAttention MatMulBnb4 MatMulFpQ4 MatMulInteger16
MatMulIntegerToFloat MatMulNBits MoE MultiHeadAttention PackedMultiHeadAttention QMoE QuantizeLinear DequantizeLinear
QuickGelu RotaryEmbedding SkipLayerNormalization SkipSimplifiedLayerNormalization SparseAttention TransposeMatMul Trilu`;

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const knownOperators: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["", words(standard)],
  ["com.microsoft", words(contributed)],
]);

/** Operator sets that the runtime (onnxruntime-web 1.30) takes. */
export const operatorSets: ReadonlyMap<string, { readonly from: number; readonly to: number }> = new Map([
  ["", { from: 7, to: 26 }],
  ["com.microsoft", { from: 1, to: 1 }],
]);
